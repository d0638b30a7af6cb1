-- What loans written off before the month paid in it, where the snapshot still lists them and says so.
-- Cash in the month of the charge-off itself is left out: it cannot be told from what was paid before it.
-- `loans` are those of which it says so; `charged_off_month` is the month in whose ledger the loan was charged off, NULL where it is in none.
with written_off as (
    select loan_id, paid_in_month, product, region, segment, acquisition_channel
    from followed
    where status = 'charged_off' and was_status is distinct from 'open'
),

charged_off as (
    select loan_id, max(month) as month
    from charge_offs
    semi join written_off using (loan_id)
    group by loan_id
)

select
    $month::date as month,
    charged_off.month as charged_off_month,
    coalesce(product, '') as product,
    coalesce(region, '') as region,
    coalesce(segment, '') as segment,
    coalesce(acquisition_channel, '') as acquisition_channel,
    count(paid_in_month)::bigint as loans,
    sum(paid_in_month)::decimal(38, 2) as cash,
    sum(paid_in_month::double * paid_in_month::double) as cash_squares
from written_off
left join charged_off using (loan_id)
group by all
