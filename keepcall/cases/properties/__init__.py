"""The property tests: any input, any sequence, many at once. What they find is told like any other failure.

- `call_pool`  the calls that requests are about
- `session`     requests to that call pool, each judged by the model
- `judging`     what is wrong with one answer
- `search_state`        the search for a counter-example, and its shrinking, within bounds
- `inputs`, `sequences`, `bursts`    the three kinds of tests
"""
