"""The developer portal: guides and generated pages, made from files into a site of bytes."""
