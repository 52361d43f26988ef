"""Any site, by topic, as a feed people can trust."""
