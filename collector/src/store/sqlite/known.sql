-- Where records are, by numbers that stand for them (known.rs): for each record that was not erased its `id`, its hash and
-- its browser. The part, which is the place without its last 16 bits, stands before everything else, so that what is
-- written lies together however large the table is.
create table known (
  part integer not null,
  number integer not null,
  sequence integer not null,      -- of the record where the number stands for a browser, 0 elsewhere
  nth integer not null,           -- of the part: the last 16 bits of the place
  primary key (part, number, sequence, nth)
) strict, without rowid;

-- The hashes of records that were erased.
create table erased (
  log integer not null,
  hash blob not null,
  primary key (log, hash)
) strict, without rowid;
