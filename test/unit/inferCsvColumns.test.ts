import type { CsvFile, CsvFileOptions } from '../../transfer/csv/csvFile';
import { inferCsvColumns } from '../../transfer/csv/inferCsvColumns';

const OPTIONS: CsvFileOptions = {
	fileHasHeader: true,
	unknownFields: 'fail',
	missingColumns: 'fail',
	delimiter: ',',
	fileEncoding: 'utf-8',
	nullText: '',
};

function fileOf(text: string, itemIndex = 0): CsvFile {
	return {
		name: `${itemIndex}.csv`,
		itemIndex,
		open: async function* () {
			yield Buffer.from(text);
		},
	};
}

async function typesOf(texts: string[], maxBytes: number): Promise<{ types: string[]; wholeInput: boolean }> {
	const { columns, wholeInput } = await inferCsvColumns(texts.map(fileOf), {
		...OPTIONS,
		decidingBytes: maxBytes,
	});
	return { types: columns.map(({ type }) => type), wholeInput };
}

describe('columns inferred from CSV files', () => {
	it('fit the values of all files', async () => {
		const texts = ['zip,n\n1234,1\n', 'n,zip\n2.5,02139\n', 'zip,n\n,\n'];
		expect(await typesOf(texts, 1000)).toEqual({ types: ['STRING', 'DECIMAL'], wholeInput: true });
	});

	it('look into each file as far, and into large ones as far as small ones leave', async () => {
		const long = (last: string) => `a\n${'1\n'.repeat(100)}${last}\n`;
		expect(await typesOf([long('x'), 'a\n1\n'], 300)).toEqual({ types: ['STRING'], wholeInput: true });
		expect(await typesOf([long('1'), long('x')], 300)).toEqual({ types: ['LONG'], wholeInput: false });
		expect(await typesOf(['a\n1\n', long('x')], 150)).toEqual({ types: ['LONG'], wholeInput: false });
		expect(await typesOf(['a\n1\n', 'a\n1\n', 'a\nx\n'], 12)).toEqual({
			types: ['STRING'],
			wholeInput: true,
		});
	});
});
