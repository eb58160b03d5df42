-- Scripts that answer several calls at once, each with keys and arguments of its own.

-- What `pcall` says of one call as its answer: a call that fails answers with its error, and leaves the others alone.
local function answerOf(isDone, answer)
  if isDone then return answer end
  return type(answer) == 'table' and answer or { err = 'ERR ' .. tostring(answer) }
end
