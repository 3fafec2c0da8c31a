"""Pictures: from what an editor uploads to files that hold nothing but the pixels that the public may see."""
