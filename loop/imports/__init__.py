"""How does a file get in by the page: uploaded, looked through, corrected, imported, looked back at?

`steps` are what people do and the only writers of a state; `kinds` what answers and customers have in common;
`checking` looks through a file, `running` imports it in the background, `work` finds what nobody works on; `files` says
where files lie and `cleaning` when they go. Reading and storing is that of the commands: `loop.responses_import` and
`loop.accounts_import`.
"""
