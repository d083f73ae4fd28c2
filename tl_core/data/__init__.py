"""Images and labels: one file a source, plus the drawing of subsets."""
