-- Whose these are, so that each user can have a copy and have them deleted; empty where nobody
-- knows. What was kept before this expires within a day.
ALTER TABLE continuations ADD COLUMN user_id TEXT NOT NULL DEFAULT '';
ALTER TABLE answers ADD COLUMN user_id TEXT NOT NULL DEFAULT '';

CREATE INDEX continuations_user ON continuations (user_id) WHERE user_id <> '';
CREATE INDEX answers_user ON answers (user_id) WHERE user_id <> '';
