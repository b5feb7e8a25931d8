"""What is learned from labels, below the steps: cues, comparisons with the candidate file, fitted heads."""
