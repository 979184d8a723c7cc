"""How do the setup pages put what is set up into words?"""

from django import template

from loop import deadline_words, rules

register = template.Library()

register.filter("conditions", rules.conditions)
register.filter("targets_told", deadline_words.targets_told)
register.filter("week_told", deadline_words.week_told)
