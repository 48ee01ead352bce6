module.exports = {
	testEnvironment: '<rootDir>/test/support/testEnvironment.js',
	roots: ['<rootDir>/test'],
	transform: { '^.+\\.ts$': ['ts-jest', { diagnostics: false }] },
	globalSetup: '<rootDir>/test/support/globalSetup.js',
	globalTeardown: '<rootDir>/test/support/globalTeardown.js',
	// Seconds on a quiet machine; on a busy one that must not look like a defect.
	testTimeout: 180000,
	// Every core, also on two: Jest leaves one to itself, which would be one file after the other in its own process.
	maxWorkers: '100%',
	// n8n's engine is loaded anew for each file, and not all of it is given back: a worker that has grown is replaced.
	workerIdleMemoryLimit: '700MB',
};
