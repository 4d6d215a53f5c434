-- The tables of a store, version 2, but for those by which records are found (known.sql). docs/operations.md says what a
-- row takes.

-- A log for each site: its origin is that of the export that the store is read as.
create table log (
  id integer primary key,
  origin text not null unique
) strict;

-- Policies and notices, each once, as they are hashed.
create table document (
  id integer primary key,
  log integer not null,
  kind integer not null,          -- 0 a policy, 1 a notice
  hash blob not null,
  text text not null,
  unique (log, hash)
) strict;

-- Months of receipt: the tree as it stands, and the checkpoint over it, which every commit writes anew.
create table month (
  log integer not null,
  month text not null,            -- 2026-11
  after text not null,
  size integer not null,
  whole blob not null,            -- roots of the whole subtrees, the largest first
  checkpoint text not null,
  primary key (log, month)
) strict, without rowid;

-- How many records of a month name a document.
create table named (
  log integer not null,
  month text not null,
  document integer not null,
  count integer not null,
  primary key (log, month, document)
) strict, without rowid;

-- Records in the order in which they came. Of one that was erased, hash, month and place stay. It has no index: an index by
-- hash, `id` or pseudonym would have each record write whole pages at random places of a file that has grown.
create table record (
  place integer primary key,
  log integer not null,
  month text not null,
  hash blob not null,
  received_ms integer not null,
  flags integer not null,
  id text,
  subject text,
  sequence integer,
  at_ms integer,
  policy integer,
  notice integer,
  line text
) strict;

-- Records that a kept one names as the one before it, and that have not come.
create table waiting (
  log integer not null,
  hash blob not null,
  subject text not null,
  sequence integer not null,      -- of the one that names it
  month text not null,
  primary key (log, hash, subject, sequence)
) strict, without rowid;
create index waiting_subject on waiting (log, subject);

-- What was done to the store: erasures and prunings, with their reasons, never with a pseudonym.
create table journal (
  at_ms integer not null,
  log integer not null,
  what text not null,
  count integer not null,
  reason text not null
) strict;
