"""Paper that leaves the room: slips, sheets and minutes, as PDF."""
