// n8n loads the nodes and the credential by the paths in package.json; nothing is exported here.
module.exports = {};
