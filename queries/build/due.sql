-- What fell due in a month for loans that were not overdue at its opening: a row for each that was unpaid the day after, and the
-- others added up, without a loan_id.
--
-- Due is the instalment, on the due day of the month or on its last day. Paid towards it is what the loan was ahead, and the
-- payments of the month up to the due date. A loan whose last instalment fell due on the day of the snapshot is not overdue on
-- it, but may be the day after: it is left out if it still is before the next one. Of a loan that was paid off in the month, no more was due than it paid.
-- A loan that is open and current at the close and paid nothing after the due date cannot have been overdue: it was ahead by
-- payments that the book does not have.
with scheduled as (
    select
        loan_id, originated_on, product, region, segment, acquisition_channel, instalment,
        coalesce(term_months, 10000) as term_months,
        make_date(year($month::date), month($month::date), least(due_day, day($month::date))) as due_on
    from schedule
    where instalment > 0 and due_day between 1 and 31
),

current_loans as (
    select
        opening.loan_id, instalment, due_on,
        coalesce(opening.product, scheduled.product) as product,
        coalesce(opening.region, scheduled.region) as region,
        coalesce(opening.segment, scheduled.segment) as segment,
        coalesce(opening.acquisition_channel, scheduled.acquisition_channel) as acquisition_channel
    from opening_snapshot as opening
    join scheduled on scheduled.loan_id = opening.loan_id
    where status = 'open' and coalesce(days_past_due, bucket_of(null, bucket)) = 0
    and coalesce(date_diff('month', coalesce(opening.originated_on, scheduled.originated_on), $month::date), 1)
    between 1 and term_months
),

paid as (
    select
        loan_id, sum(amount) as in_month,
        coalesce(sum(amount) filter (where paid_on <= due_on), 0) as in_time,
        coalesce(sum(amount) filter (where paid_on < due_on), 0) as before_due
    from payment
    join current_loans using (loan_id)
    group by loan_id
),

leavers as (
    select loan_id, left_as from crossings where not entered
),

settled as (
    select
        loan_id, due_on, product, region, segment, acquisition_channel,
        coalesce(position.amount, 0) as ahead,
        coalesce(paid.in_time, 0) as in_time,
        coalesce(paid.before_due, 0) as before_due,
        coalesce(paid.in_month, 0) - coalesce(paid.in_time, 0) as afterwards,
        if(
            left_as = state_number('paid_off'),
            least(instalment, greatest(ahead + coalesce(paid.in_month, 0), 0)), instalment
        ) as due_amount,
        left_as is null and late is null as current_at_close
    from current_loans
    left join position using (loan_id)
    left join paid using (loan_id)
    left join leavers using (loan_id)
    left join (select loan_id, true as late from late) as late_now using (loan_id)
),

judged as (
    select
        *,
        if(
            current_at_close and afterwards = 0 and due_on < $month, 0,
            least(greatest(due_amount - ahead - in_time, 0), due_amount)
        ) as unpaid_amount
    from settled
    where ahead + before_due >= 0
)

select
    if(unpaid_amount > 0, loan_id, null) as loan_id,
    if(unpaid_amount > 0, due_on, null) as due_on,
    product, region, segment, acquisition_channel,
    count(*)::bigint as loans,
    sum(due_amount)::decimal(38, 2) as due_amount,
    sum(due_amount::double * due_amount::double) as due_squares,
    sum(unpaid_amount)::decimal(38, 2) as unpaid_amount
from judged
group by all
