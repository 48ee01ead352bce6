/** What a column's numbers say about their decimal signs and currencies. */

import type { CommonNumber } from './commonNumbers';
import { NumberShape, type NumberText } from './numberText';
import { sample, type Place, type Sample } from './sample';

export class NumberEvidence {
	/** Read only with a decimal point. */
	point: Sample | null = null;
	/** Read only with a decimal comma. */
	comma: Sample | null = null;
	/** `1,234` and the like: the first two. */
	readonly commaOrGroup: Sample[] = [];
	/** The first `1,234` that does not end in 000: no integer with a decimal comma. */
	unevenCommaOrGroup: Sample | null = null;
	/** The first two `5,000`. */
	readonly evenCommaOrGroup: Sample[] = [];
	/** `1.234` and the like: the first two. */
	readonly pointOrGroup: Sample[] = [];
	/** The first currency, and the first other one. */
	currency: (Sample & { code: string }) | null = null;
	otherCurrency: Sample | null = null;

	/** Notes a number that was taken apart. */
	add(number: NumberText, text: string, place: Place): void {
		if (number.currency !== null) this.addCurrency(number.currency, text, place);
		switch (number.shape) {
			case NumberShape.Point:
				this.point ??= sample(text, place);
				break;
			case NumberShape.Comma:
				this.comma ??= sample(text, place);
				break;
			case NumberShape.PointOrGroup:
				this.addPointOrGroup(text, place);
				break;
			case NumberShape.CommaOrGroup:
				if (this.commaOrGroup.length < 2) this.commaOrGroup.push(sample(text, place));
				if (number.endsInThousand && !number.percent) {
					if (this.evenCommaOrGroup.length < 2) this.evenCommaOrGroup.push(sample(text, place));
				} else if (!number.percent) {
					this.unevenCommaOrGroup ??= sample(text, place);
				}
				break;
		}
	}

	/** Whether a number of a common form says nothing that is not noted already. */
	knows({ shape, endsInThousand }: CommonNumber): boolean {
		switch (shape) {
			case NumberShape.Point:
				return this.point !== null;
			case NumberShape.Comma:
				return this.comma !== null;
			case NumberShape.PointOrGroup:
				return this.pointOrGroup.length === 2;
			default:
				if (this.commaOrGroup.length < 2) return false;
				return endsInThousand ? this.evenCommaOrGroup.length === 2 : this.unevenCommaOrGroup !== null;
		}
	}

	/** Whether no number with a comma says anything that is not noted already. */
	get knowsCommas(): boolean {
		const { comma, commaOrGroup, evenCommaOrGroup, unevenCommaOrGroup } = this;
		if (comma === null || unevenCommaOrGroup === null) return false;
		return commaOrGroup.length === 2 && evenCommaOrGroup.length === 2;
	}

	addPointOrGroup(text: string, place: Place): void {
		if (this.pointOrGroup.length < 2) this.pointOrGroup.push(sample(text, place));
	}

	private addCurrency(code: string, text: string, place: Place): void {
		if (this.currency === null) this.currency = { ...sample(text, place), code };
		else if (this.currency.code !== code) this.otherCurrency ??= sample(text, place);
	}
}
