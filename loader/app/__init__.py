"""The use cases, over ports: check files, plan, send, resume, reconcile."""
