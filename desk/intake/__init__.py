"""From a page to mentions: what a source returned, made safe, stored once, counted, and followed up."""
