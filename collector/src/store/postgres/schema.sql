-- The tables of a store on PostgreSQL, version 3, in the first schema of the search path. What a column means is what it
-- means in the file (../sqlite/schema.sql); docs/operations.md says what a row takes.
--
-- Nothing here has a sequence or a foreign key: numbers are given by whoever holds the row of the log (`for update`), and
-- a record's place is its leaf in the tree of its month.

create table consentinel (version bigint not null);
insert into consentinel values (3);

-- Its row is the lock of a log: whoever writes to the log holds it until the transaction ends.
create table log (
  id bigint primary key,
  origin text not null unique
);

create table document (
  log bigint not null,
  id bigint not null,
  kind bigint not null,
  hash bytea not null,
  text text not null,
  primary key (log, hash)
);

-- Every batch writes its row anew: free room on the page, and no index over what changes, keep that in its place.
create table month (
  log bigint not null,
  month text not null,
  after text not null,
  size bigint not null,
  whole bytea not null,
  checkpoint text not null,
  primary key (log, month)
) with (fillfactor = 25);

create table named (
  log bigint not null,
  month text not null,
  document bigint not null,
  count bigint not null,
  primary key (log, month, document)
) with (fillfactor = 25);

-- A partition for each month of receipt, made with the first record of it.
create table record (
  log bigint not null,
  month text not null,
  place bigint not null,
  hash bytea not null,
  received_ms bigint not null,
  flags bigint not null,
  id text,
  subject text,
  sequence bigint,
  at_ms bigint,
  policy bigint,
  notice bigint,
  line text,
  primary key (log, place, month)
) partition by list (month);
create unique index record_hash on record (log, hash, month);
create unique index record_id on record (log, id, month) where id is not null;
create index record_subject on record (log, subject, sequence) where subject is not null;

-- In which month to look for something, by a number that is made of it (months.rs): indexes over all months, where each of
-- those above is of one. They may name too many, never too few. What came in the present month is in `fresh`, so that what
-- each record writes at random places is small; what months that have ended had goes into `settled` (settle.rs).
create table fresh (
  number bigint not null,
  month text not null
);
create index fresh_number on fresh (number);
create table settled (
  number bigint not null,
  month text not null
);
create index settled_number on settled (number);

-- No index by pseudonym, as erasing alone would use it.
create table awaited (
  log bigint not null,
  hash bytea not null,
  subject text not null,
  sequence bigint not null,
  month text not null,
  primary key (log, hash, subject, sequence)
);

-- Questions of officers: lines that name each the one before it.
create table access (
  place bigint primary key,
  line text not null
);

create table journal (
  at_ms bigint not null,
  log bigint not null,
  what text not null,
  count bigint not null,
  reason text not null
);
