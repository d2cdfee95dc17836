"""The checklists of a data-engineering team, and what enforces each line; docs/governance.md is written from them.

`# ` begins a checklist and `## ` a part of it. Every other line is what must be so and, behind the bar, the ids of the
rules, metrics and other deciders that hold it. An id that does not exist fails `make check`; a line without one is
shown as such.
"""

CHECKLISTS = """\
# Pipeline
## Layers and flow
Each table stands in one layer, and in its folder. | layer-missing layer-misplaced folder-misplaced
Data flows forward: raw, staging, intermediate, marts. | layer-flows-backward flow-not-forward
Staging is one to one with a source. | staging-not-one-to-one
Nothing behind staging reads raw. | raw-read-past-staging
Tables are named by `ref` and `source`, never written out. | relation-hard-coded
Every model reads something, and every source is read. | model-without-parents source-unused
No model feeds more others than can be overseen. | fan-out-too-wide
Names follow the convention. | name-unconventional
What a layer takes from another is named column by column. | select-star
## Loads
A load that runs twice leaves what one leaves. | load-not-idempotent incremental-without-key
What a load makes depends on its data alone. | non-deterministic-function order-missing order-not-total
A part can be loaded anew by its period. | backfill-missing
Late data is expected, and lands where it belongs. | late-data-ignored late
Columns of a source may change, and it is noticed. | schema-change-ignored column-missing column-undeclared type-changed
What cannot be read is not left out in silence. | errors-swallowed
Every delivery is there, at its time. | frequency freshness partition
History of a dimension has no gap and no overlap. | scdCurrent scdOverlap scdGap scdInterval
Features know nothing of the future. | pointInTime
A load reads the partitions it needs, and no more. | large-table-scanned large-table-unpartitioned
A load that failed is tried again, with a pause in between. |
## Operations
Each table has service levels. | table-without-sla sla-missing sla-unknown
It is known how long rows are kept, and they are. | retention-missing retention
It is known what a table may cost. | question-open
Large tables are partitioned, on the server as in the contract. | large-table-unpartitioned storage-not-as-declared
Whoever is called has a runbook and a channel. | runbook-missing support-missing
The platform is verified as its owners do by hand. | folder-missing file-missing dbt-test
An error budget that is spent stops other work. | budget-spent
Development and production are apart. |
What is released can be rolled back. |
# Data quality
## Tests
Somebody looks at the data of every table. | quality-tests-missing
Every table has a key, which is tested. | key-missing key-untested primaryKey unique duplicateValues
Required columns are tested. | required-untested required nullValues missingValues
Relationships are tested. | relationship-untested relationship-target-missing relationship
Values are those that are allowed. | enum pattern format minimum maximum invalidValues bounds-contradict pattern-invalid
Every source has a freshness. | source-freshness-missing freshness
Rows are counted, and a strange number is noticed. | row-count-unmonitored rowCount volume
A table agrees with what it is made of. | reconcileCount reconcileSums reconcileRows reconcileSource
Each rule has a threshold. | threshold-missing
## Exceptions
No test is switched off, skipped, or without consequences. | test-disabled test-only-warns test-narrowed dbt-test
An exception is explicit, with a reason. | waiver-invalid waiver-unknown-rule
An exception is approved by somebody else. | waiver-self-approved
An exception is temporary, and goes when it is of no use. | waiver-too-long waiver-expired waiver-unused
What could not be looked at is never taken for order. | governance-undecided sql-unread lineage-incomplete
## Personal data
Every column has a classification of the vocabulary. | classification-unknown dictionary-incomplete
Personal data is found, also where nobody says so. | personal-data-unclassified personal-data-in-values
What is made of personal data is personal too. | personal-data-lowered
Personal data is encrypted, masked or restricted. | personal-data-unprotected
Who reads personal data says what for. | personal-data-without-purpose
On which ground personal data is held is written down. | compliance-field-missing
Rights on the server are those of the contract. | grant-undeclared grant-missing
What a person asks to be deleted is deleted. |
# Documentation
## Contracts
A table has a contract, and a contract its table. | table-without-contract contract-without-table schema-violation
Every contract has an owner. | owner-missing
Tables and columns are described, in words. | description-missing description-says-nothing dictionary-incomplete
It is known who reads a table, and for what. | question-open
A version says what changed. | version-not-semver version-bump-too-small version-lowered
## Lineage
It is known what each column is made of. | lineage-undeclared lineage-incomplete
What is said of it is so. | lineage-unfounded
## Documents
The architecture is written down. | file-missing
Each table has a runbook. | runbook-missing
Why it was decided so is written down. |
"""
