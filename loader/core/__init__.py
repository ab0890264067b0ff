"""The pure heart: no files, network, clock, randomness, environment or logging.

Read the modules in the order in which a row passes them: `normalise`, `cells`, `validate`,
`group`, `rules`, `payload`, `plan`, `lifecycle`, `summary`.
"""
