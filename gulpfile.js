const { dest, parallel, src } = require('gulp');

/** Icons; without `encoding: false` gulp 5 would read them as UTF-8 text. */
function icons() {
	return src('icons/*.svg', { encoding: false }).pipe(dest('dist/icons'));
}

/** The codex files: category, aliases and documentation links of each node. */
function codex() {
	return src('nodes/**/*.node.json', { base: '.', encoding: false }).pipe(dest('dist'));
}

exports.build = parallel(icons, codex);
