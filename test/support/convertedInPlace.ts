import { RecordConverter } from '../../transfer/csv/recordConverter';

/**
 * Tells how many values of CSV files are converted where they are, as they are.
 *
 * @returns ends it
 */
export function watchConvertedInPlace(see: (values: number) => void): () => void {
	const { plainRecords } = RecordConverter.prototype;
	RecordConverter.prototype.plainRecords = function (areKept) {
		const plain = plainRecords.call(this, areKept);
		plain?.fields.forEach((field) => {
			const { count } = field;
			field.count = (values) => {
				see(values);
				count?.(values);
			};
		});
		return plain;
	};
	return () => {
		RecordConverter.prototype.plainRecords = plainRecords;
	};
}
