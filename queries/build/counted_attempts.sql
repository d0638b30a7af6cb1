-- Each attempt told of once for every rule that is about it.
select rule.id as rule, counts, per, most, days, opens, closes, closing_second, told.*
from told
join counted_rule as rule on case counts
    when 'hours' then has_hour and of_month
    when 'talks_a_day' then talk and of_month
    when 'dials_a_day' then unanswered and of_month
    when 'third_parties' then third_party is not null and of_month
    else voice end
