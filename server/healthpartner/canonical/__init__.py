"""The health vocabulary: metrics, units and samples. Pure values, no I/O."""
