"""A webmail: a mailbox with folders, rules and contacts, mail that arrives while the candidate works, and phishing among it."""
