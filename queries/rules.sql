-- title: Rules of conduct
-- chinese: 合规规则
-- answers: Which rules are in force for this book, how strong are they, and where do they stand?
-- grain: rule
-- unit: none, texts
-- formula: the preset that the settings name (rules = "cn", "us", "in" or "uk"), as it was when the version was built
-- leaves out: rules of other presets
-- pitfalls: it cannot be cut by month, product, region, segment or acquisition channel. This is no legal advice. Check the source before relying on a rule; the grade says how sure it is
-- source: the files of the folder rules
-- columns:
--   rule: the rule
--   text: what it says
--   number: its number
--   strength: hard, soft, or presumption
--   counted: whether the question conduct counts it
--   grade: A official text, B good secondary source, D derived, X assumed
--   source: where it stands
select id as rule, text, number, strength, counts is not null as counted, grade, source
from book.rule
order by ordinal
