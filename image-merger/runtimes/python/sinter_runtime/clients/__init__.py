"""Client libraries, taken over where a call to a group member would leave the process."""
