"""The parts of the comparison: data sets, shapes, peers, and the measuring of whole processes."""
