-- title: Rules of conduct
-- chinese: 合规规则
-- answers: Which rules are in force for this book, or are in another preset, how strong are they, and where do they stand?
-- grain: rule
-- unit: none, texts
-- formula: the preset that the settings name (rules = "cn", "us", "in" or "uk"), or another one chosen, as it was when the version was built
-- leaves out: rules of other presets
-- pitfalls: it cannot be cut by month, product, region, segment or acquisition channel. This is no legal advice. Check the source before relying on a rule; the grade says how sure it is
-- source: the files of the folder rules
-- options:
--   preset = in_force (in_force, cn, in, uk, us): the rules to judge by; in_force: those that the settings of the book name
-- columns:
--   rule: the rule
--   text: what it says
--   number: its number
--   strength: hard, soft, or presumption
--   counted: whether the question conduct counts it
--   counts: what is counted: hours, talks_a_day, dials_a_day, calls_in_days, quiet_days or third_parties; empty where nothing is
--   opens: first permitted time of day, of a rule of hours
--   closes: end of the permitted hours, of a rule of hours
--   grade: A official text, B good secondary source, D derived, X assumed
--   source: where it stands
select id as rule, text, number, strength, counts is not null as counted, counts, opens, closes, grade, source
from rules_of($preset)
order by ordinal
