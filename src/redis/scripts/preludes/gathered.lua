-- Scripts that answer several calls at once, each with keys and arguments of its own.

-- What `pcall` says of one call as its answer: a call that fails answers with its error, and leaves the others alone.
local function answerOf(isDone, answer)
  if isDone then return answer end
  if type(answer) == 'table' then return answer end
  -- What the store has refused begins with its code, such as OOM; a mistake in a script does not.
  local text = tostring(answer)
  return { err = string.find(text, '^%u+ ') and text or 'ERR ' .. text }
end
