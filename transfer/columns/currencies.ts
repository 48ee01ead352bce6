/** Currencies beside a number: signs of one character, and the codes of ISO 4217 that are in use. */

const CODES = new Set(
	(
		'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF ' +
		'CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF ' +
		'GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD ' +
		'LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP ' +
		'PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP ' +
		'TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG'
	).split(' '),
);

/** A sign is one currency with its code: `$` and USD, `¥` and JPY. */
const CODE_BY_SIGN = new Map(
	Object.entries({
		$: 'USD',
		'＄': 'USD',
		'€': 'EUR',
		'£': 'GBP',
		'￡': 'GBP',
		'¥': 'JPY',
		'￥': 'JPY',
		'₹': 'INR',
		'₩': 'KRW',
		'₽': 'RUB',
		'₺': 'TRY',
		'₪': 'ILS',
		'₫': 'VND',
		'₴': 'UAH',
		'₦': 'NGN',
		'₱': 'PHP',
		'฿': 'THB',
		'₡': 'CRC',
		'₲': 'PYG',
		'₵': 'GHS',
		'₸': 'KZT',
		'₮': 'MNT',
		'₭': 'LAK',
		'₼': 'AZN',
		'₾': 'GEL',
	}).map(([sign, code]) => [sign.charCodeAt(0), code]),
);

/** @returns the code of the currency that a character is the sign of */
export function currencyOfSign(charCode: number): string | undefined {
	return CODE_BY_SIGN.get(charCode);
}

/** Whether the three letters are a currency's code, in capitals. */
export function isCurrencyCode(letters: string): boolean {
	return CODES.has(letters);
}
