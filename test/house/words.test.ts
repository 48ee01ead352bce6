/* eslint-disable @typescript-eslint/no-require-imports */
const { checkCodeWords, checkWords, textsOf, wordsIn } = require('../../scripts/words.js') as {
	checkCodeWords: () => string[];
	checkWords: () => string[];
	textsOf: (source: string, path: string) => Array<{ text: string; line: number }>;
	wordsIn: (text: string, path?: string, firstLine?: number) => string[];
};

describe('the word list', () => {
	test('finds nothing in the documents', () => {
		expect(checkWords()).toEqual([]);
	});

	test("finds nothing in the code's texts", () => {
		expect(checkCodeWords()).toEqual([]);
	});

	test('names file, line and what to write', () => {
		expect(wordsIn('Fine.\nStart anew.', 'a.md')).toEqual([
			'a.md:2: "anew": write "again", "from the beginning"',
		]);
	});

	test('leaves ordinary words alone', () => {
		expect(wordsIn('Amend it. The standard plan. Sent as one part. We told Domo.')).toEqual([]);
		expect(wordsIn('It makes a part and reads it twice, which is not a log of the run.')).toEqual([]);
	});

	test.each([
		['The page tells more.', 'tells more'],
		['The run makes a new DataSet.', 'makes a new DataSet'],
		['Queue mode was not tried.', 'was not tried'],
		['Add the check behind it.', 'behind it'],
		['A value with two readings is refused.', 'two readings'],
		['The node gives one item.', 'gives one item'],
	])('stops at: %s', (text, found) => {
		expect(wordsIn(text)).toEqual([expect.stringContaining(`"${found}"`)]);
	});

	test('reads strings and templates of code, not its comments', () => {
		const source = "// anew\nconst a = 'one';\nconst b = `two ${a} three`;";
		expect(textsOf(source, 'a.ts').map(({ text }) => text)).toEqual(['one', 'two ', ' three']);
	});
});

export {};
