-- Brings a store of version 2 to version 3. Version 2 had one table for the numbers of all months, `known`. With its name,
-- which every batch of a program of version 2 needs, one that still runs fails from now on, instead of keeping records
-- twice that it does not find.
alter table known rename to settled;
alter index known_number rename to settled_number;
create table fresh (
  number bigint not null,
  month text not null
);
create index fresh_number on fresh (number);
update consentinel set version = 3;
