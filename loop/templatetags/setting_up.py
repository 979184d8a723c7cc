"""How do the setup pages put what is set up into words?"""

from django import template

from loop import rules

register = template.Library()

register.filter("conditions", rules.conditions)
