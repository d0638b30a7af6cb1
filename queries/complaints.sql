-- title: Complaints
-- chinese: 投诉率
-- answers: How many complaints come for each thousand contacts?
-- grain: month, or month × channel, or month × owner, as chosen
-- unit: attempts, complaints, complaints per 1,000 contacts
-- formula: complaints ÷ contacts × 1,000; a contact is an attempt that was answered, or a message that was read
-- leaves out: attempts that nobody answered, from the contacts. A complaint about one of them counts all the same
-- pitfalls: complaints are those written beside an attempt, and not all that came in. The interval is that of a Poisson count, complaints being few and not only about contacts. Where the file never says whether there was one, complaints are empty, not zero. It cannot be cut by product, region, segment or acquisition channel
-- source: contact attempts
-- needs: action
-- options:
--   by = month (month, channel, owner): a row a month, or one for each of its channels or owners
-- columns:
--   month: month of the attempts
--   channel: channel of the attempts; empty unless rows are by channel
--   owner: owner of the attempts; empty unless rows are by owner
--   attempts: attempts
--   contacts: of them, answered or read
--   complaints: attempts that the borrower complained about
--   per_thousand: complaints per 1,000 contacts
--   small: fewer than 30 contacts
-- rates:
--   per_thousand = complaints / _thousands, counted, of contacts
with counts as (
    select
        month, if($by = 'channel', channel, null) as channel, if($by = 'owner', owner, null) as owner,
        sum(attempts) as attempts, sum(contacts) as contacts,
        if(sum(known_complaints) > 0, sum(complaints), null) as complaints
    from book.attempt_hour
    where in_months(month, $month, $from_month, $to_month)
    group by all
)

select
    month, channel, owner, attempts::bigint as attempts, contacts::bigint as contacts, complaints::bigint as complaints,
    1000 * complaints / nullif(contacts, 0) as per_thousand,
    contacts < 30 as small, contacts / 1000 as _thousands
from counts
order by month, channel, owner
