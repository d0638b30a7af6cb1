"""The words that lenders use for our columns and codes, in English and Chinese."""

SYNONYMS: dict[str, tuple[str, ...]] = {
    "loan_id": ("loan id", "loan no", "loan number", "contract id", "contract no", "account id", "account no", "account number",
                "acct no", "acct id", "agreement no", "id", "借据号", "借据编号", "贷款编号", "合同号", "合同编号", "账号", "账户号", "贷款账号"),
    "as_of": ("as of", "as of date", "snapshot date", "report date", "reporting date", "month end", "data date", "month", "period",
              "date", "stat date", "months balance", "数据日期", "快照日期", "报表日期", "统计日期", "截止日期", "月份", "统计月份", "观察日", "月末日期", "日期"),
    "days_past_due": ("days past due", "dpd", "days overdue", "overdue days", "days late", "past due days", "delinquency days",
                      "days in arrears", "arrears days", "逾期天数", "逾期日数", "当前逾期天数", "最大逾期天数", "拖欠天数"),
    "bucket": ("bucket", "delinquency bucket", "dpd bucket", "aging bucket", "ageing bucket", "delinquency status", "aging", "cycle",
               "status", "逾期阶段", "逾期期数", "账龄", "账龄段", "逾期等级", "逾期档", "逾期m值", "m值"),
    "balance": ("balance", "outstanding balance", "outstanding principal", "principal balance", "loan balance", "outstanding",
                "current balance", "remaining principal", "upb", "贷款余额", "本金余额", "剩余本金", "未还本金", "余额", "在贷余额"),
    "overdue_amount": ("overdue amount", "past due amount", "arrears", "arrears amount", "amount past due", "amount overdue",
                       "逾期金额", "逾期总额", "拖欠金额", "逾期本金"),
    "interest_due": ("interest due", "accrued interest", "unpaid interest", "应收利息", "欠息", "未还利息", "应还利息"),
    "paid_in_month": ("paid in month", "amount paid", "payment amount", "payments", "paid amount", "cash received", "本月还款", "当月还款",
                      "当月还款额", "本月实还金额", "实还金额", "还款金额"),
    "status": ("loan status", "account status", "contract status", "status", "state", "贷款状态", "账户状态", "借据状态", "状态", "结清标志"),
    "stage": ("collection stage", "stage", "催收阶段", "催收队列"),
    "restructured_on": ("restructured on", "restructure date", "restructuring date", "重组日期", "展期日期"),
    "charged_off_on": ("charged off on", "charge off date", "chargeoff date", "write off date", "核销日期"),
    "sold_on": ("sold on", "sale date", "date sold", "转让日期", "出售日期"),
    "sale_price": ("sale price", "转让价格", "出售价格"),
    "currency": ("currency", "currency code", "ccy", "curr", "币种", "货币", "币别"),
    "product": ("product", "product name", "product type", "loan type", "产品", "产品名称", "产品类型", "贷款产品", "业务品种", "产品代码"),
    "region": ("region", "state name", "province", "city", "branch", "area", "地区", "区域", "省份", "城市", "分行", "机构"),
    "segment": ("segment", "customer segment", "customer type", "risk grade", "score band", "客群", "客户类型", "客户分层", "风险等级"),
    "acquisition_channel": ("acquisition channel", "channel", "source", "origination channel", "获客渠道", "渠道", "渠道来源", "进件渠道"),
    "originated_on": ("originated on", "origination date", "disbursement date", "issue date", "loan date", "open date", "start date",
                      "放款日期", "发放日期", "起息日", "借款日期", "贷款发放日"),
    "principal": ("principal", "loan amount", "original amount", "disbursed amount", "original principal", "放款金额", "贷款金额", "借款金额", "合同金额"),
    "customer_id": ("customer id", "client id", "borrower id", "customer no", "cust id", "客户号", "客户编号", "客户id"),
}  # fmt: skip

CURRENCY_NAMES: dict[str, tuple[str, ...]] = {
    "CNY": ("RMB", "人民币", "人民币元", "156", "¥", "￥"),
    "USD": ("US$", "$", "840", "US DOLLAR"),
    "EUR": ("€", "978", "EURO"),
    "GBP": ("£", "826"),
    "INR": ("₹", "356", "RS"),
}
"""What else lenders write for a currency, in capitals."""

STATUS_CODES: dict[str, tuple[str, ...]] = {
    "open": ("open", "active", "normal", "current", "overdue", "delinquent", "正常", "未结清", "逾期", "在贷", "有效"),
    "paid_off": ("paid off", "paidoff", "closed", "settled", "paid", "fully paid", "terminated", "结清", "已结清", "正常结清", "提前结清", "销户"),
    "charged_off": ("charged off", "chargeoff", "charge off", "written off", "write off", "核销", "已核销", "呆账"),
    "sold": ("sold", "transferred", "assigned", "转让", "已转让", "出售", "已出售"),
}  # fmt: skip

_OF_TABLES: dict[str, dict[str, tuple[str, ...]]] = {
    "loan": {
        "annual_rate": ("annual rate", "interest rate", "apr", "rate", "年利率", "利率", "年化利率", "执行利率"),
        "term_months": ("term months", "term", "tenor", "number of instalments", "installments", "期数", "贷款期限", "期限", "总期数"),
        "due_day": ("due day", "payment day", "repayment day", "billing day", "还款日", "每月还款日", "扣款日"),
        "instalment": ("instalment", "installment", "monthly payment", "emi", "月供", "每期还款额", "月还款额"),
    },
    "payment": {
        "paid_on": ("paid on", "payment date", "value date", "date paid", "repayment date", "posting date", "date", "还款日期", "入账日期", "到账日期", "交易日期", "回款日期"),
        "amount": ("amount", "payment amount", "amount paid", "paid amount", "cash", "还款金额", "实还金额", "回款金额", "金额"),
        "principal": ("principal", "principal paid", "实还本金", "还款本金", "本金"),
        "interest": ("interest", "interest paid", "interest and fees", "实还利息", "还款利息", "利息", "息费"),
        "source": ("source", "payment source", "paid through", "还款来源", "还款方式", "回款渠道"),
    },
    "action": {
        "acted_at": ("acted at", "action time", "call time", "contact time", "start time", "timestamp", "time", "datetime", "date", "催收时间", "拨打时间", "呼叫时间", "外呼时间", "发送时间", "作业时间"),
        "channel": ("channel", "contact channel", "action type", "method", "催收方式", "渠道", "作业方式", "触达方式"),
        "owner": ("owner", "team", "agency", "queue", "催收团队", "小组", "团队", "责任方", "委外机构"),
        "collector_id": ("collector id", "collector", "agent", "agent id", "user id", "催收员", "坐席", "坐席工号", "催收员工号"),
        "connected": ("connected", "answered", "picked up", "delivered", "接通", "是否接通"),
        "right_party": ("right party", "rpc", "right party contact", "本人", "是否本人", "本人接听"),
        "third_party": ("third party", "third party contact", "第三方", "是否第三方", "第三人"),
        "outcome": ("outcome", "result", "disposition", "call result", "催收结果", "通话结果", "结果"),
        "seconds": ("seconds", "duration", "talk time", "call duration", "通话时长", "时长"),
        "cost": ("cost", "fee", "成本", "费用"),
        "complaint": ("complaint", "complained", "投诉", "是否投诉"),
    },
    "promise": {
        "promised_on": ("promised on", "promise date", "date of promise", "承诺日期", "承诺时间"),
        "due_on": ("due on", "promised for", "due date", "promise due", "承诺还款日", "承诺还款日期", "应还日期"),
        "amount": ("amount", "promised amount", "ptp amount", "承诺金额", "承诺还款金额"),
    },
    "placement": {
        "placed_on": ("placed on", "placement date", "assignment date", "date placed", "委案日期", "委外日期", "派案日期"),
        "agency": ("agency", "vendor", "collection agency", "委外机构", "机构", "催收公司"),
        "tier": ("tier", "placement number", "placement tier", "委外手次", "手次", "手别"),
        "balance": ("balance", "placed balance", "placed amount", "委案金额", "委外金额", "委案余额"),
        "commission_rate": ("commission rate", "commission", "佣金率", "费率", "佣金比例"),
        "recalled_on": ("recalled on", "recall date", "return date", "退案日期", "撤案日期", "收回日期"),
    },
    "legal_case": {
        "filed_on": ("filed on", "filing date", "date filed", "立案日期", "起诉日期"),
        "claim": ("claim", "claim amount", "amount claimed", "诉讼标的", "标的额", "起诉金额"),
        "court_fee": ("court fee", "court fees", "诉讼费", "案件受理费", "受理费"),
        "lawyer_fee": ("lawyer fee", "attorney fee", "legal fee", "律师费"),
        "judged_on": ("judged on", "judgment date", "judgement date", "判决日期"),
        "enforced_on": ("enforced on", "enforcement date", "执行日期", "申请执行日期"),
        "recovered": ("recovered", "amount recovered", "cash recovered", "回款金额", "执行回款"),
        "result": ("result", "outcome", "判决结果", "结果"),
    },
    "plan": {
        "agreed_on": ("agreed on", "agreement date", "plan date", "start date", "签约日期", "协议日期", "分期日期"),
        "instalments": ("instalments", "installments", "number of instalments", "分期期数", "期数"),
        "forgiven": ("forgiven", "amount forgiven", "waived", "discount", "减免金额", "减免"),
        "ended_on": ("ended on", "end date", "结束日期", "终止日期"),
        "result": ("result", "outcome", "status", "结果", "履约情况"),
    },
}  # fmt: skip

CODES: dict[str, dict[str, tuple[str, ...]]] = {
    "status": STATUS_CODES,
    "channel": {
        "phone": ("phone", "call", "voice", "human call", "dial", "电话", "人工", "人工外呼", "电催", "外呼"),
        "ai_call": ("ai call", "ai", "robot", "robot call", "ivr", "voicebot", "智能外呼", "机器人", "智能语音", "ai外呼"),
        "sms": ("sms", "text", "text message", "短信"),
        "email": ("email", "e mail", "mail", "邮件", "电子邮件"),
        "social": ("social", "wechat", "whatsapp", "message", "push", "微信", "社交", "企业微信"),
        "letter": ("letter", "post", "信函", "函件", "催收函", "律师函"),
        "visit": ("visit", "field", "field visit", "外访", "上门"),
        "agency": ("agency", "vendor", "委外"),
        "court": ("court", "legal", "lawsuit", "诉讼", "法诉", "司法"),
    },
    "source": {
        "self": ("self", "borrower", "auto debit", "voluntary", "自主还款", "主动还款", "自还", "代扣"),
        "collector": ("collector", "in house", "inhouse", "催收还款", "自催", "催收"),
        "agency": ("agency", "vendor", "委外", "委外回款"),
        "court": ("court", "legal", "enforcement", "诉讼", "执行", "法诉"),
        "plan": ("plan", "restructure", "instalment plan", "分期", "协商还款"),
    },
}  # fmt: skip
"""For a column of codes, the words lenders use for each."""


def synonyms(table: str, name: str) -> tuple[str, ...]:
    """The names lenders give a canonical column, the likeliest first."""
    return _OF_TABLES.get(table, {}).get(name) or SYNONYMS.get(name, ())
