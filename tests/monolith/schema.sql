-- The old site's tables, as Django made them. Names are unique only as they are written, and nothing ties a thought to its user.
CREATE TABLE thoughts_usermodel (
  id serial PRIMARY KEY,
  username varchar(50) NOT NULL,
  password_hash varchar(100) NOT NULL
);
CREATE TABLE thoughts_sessionmodel (
  id serial PRIMARY KEY,
  session varchar(50) NOT NULL,
  username varchar(50) NOT NULL
);
CREATE TABLE thoughts_thoughtmodel (
  id serial PRIMARY KEY,
  username varchar(50) NOT NULL,
  text varchar(250) NOT NULL,
  timestamp timestamptz NOT NULL
);
CREATE INDEX thoughts_usermodel_username ON thoughts_usermodel (username);
CREATE INDEX thoughts_sessionmodel_session ON thoughts_sessionmodel (session);
