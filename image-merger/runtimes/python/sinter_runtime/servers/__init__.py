"""How requests reach each member's application: the short ways that skip sockets, and the member's own server."""
