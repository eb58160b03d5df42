-- The devices of an account, as lists have them.

-- A linked device: a grant with its name.
local function deviceRow(id, g)
  return { id, g.since, g.used, g.till, g.label or '', g.member or '', g.device }
end
