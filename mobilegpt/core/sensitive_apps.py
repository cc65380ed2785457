"""Apps whose screens are nobody's business: banks, brokers, cards, payments, proof of identity, as used in Korea.

A name stands for itself and everything below it. ``SENSITIVE_APPS`` replaces this list.
"""

from __future__ import annotations

_BANKS = (
    "com.kakaobank",
    "viva.republica.toss",
    "com.kbankwith",
    "com.kbstar",
    "com.shinhan",
    "com.wooribank",
    "com.hanabank",
    "com.kebhana",
    "nh.smart",
    "com.nonghyup",
    "com.ibk",
    "com.scbank",
    "com.smg",  # 새마을금고
    "com.epost",
    "com.suhyup",
    "com.cu.cunion",
    "com.sbi",
    "com.knb",
    "com.kjbank",
    "com.kdb",
    "kr.co.dgb",
    "kr.co.busanbank",
    "kr.co.jbbank",
    "kr.co.jejubank",
    "kr.co.citibank",
)
_BROKERS = (
    "com.kiwoom",
    "com.miraeasset",
    "com.samsungpop",
    "com.truefriend",
    "com.wooriwm",
    "com.dunamu",
    "com.btckorea",
)
_CARDS_AND_PAYMENTS = (
    "com.kakaopay",
    "com.samsung.android.spay",
    "com.samsung.android.spaylite",
    "com.samsung.android.samsungpay",
    "com.google.android.apps.walletnfcrel",
    "com.nhnent.payapp",
    "com.naverfin",
    "com.paypal",
    "com.kbcard",
    "com.shcard",
    "com.hyundaicard",
    "com.lcacapp",
    "com.hanaskcard",
    "com.wooricard",
    "com.bccard",
    "kr.co.samsungcard",
    "kvp.jjy.mispandroid320",
    "com.lotte.lpay",
    "com.ssg.serviceapp.android.egiftcertificate",
)
_IDENTITY = (
    "com.sktelecom.tauth",
    "com.kt.ktauth",
    "com.lguplus.smartotp",
    "com.dreamsecurity",
    "com.yessign",
    "com.raonsecure",
    "kr.go.mobileid",
    "com.google.android.apps.authenticator2",
)
SENSITIVE_APPS: tuple[str, ...] = (*_BANKS, *_BROKERS, *_CARDS_AND_PAYMENTS, *_IDENTITY)
