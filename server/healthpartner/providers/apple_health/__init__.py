"""Apple Health: reads the export a person makes on their iPhone, as the zip or the XML inside it."""
