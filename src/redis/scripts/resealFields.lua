-- KEYS 1 fields (a hash)
-- ARGV 1 operation, 2 and on: field, text within it that was read, text in its place
-- Puts what is sealed anew in the place of what was read, in fields that still have it: no two sealed texts are alike, so
-- whatever else of the field has changed meanwhile stays. What has gone does not come back.
-- Result: 1
for i = 2, #ARGV, 3 do
  local text = redis.call('HGET', KEYS[1], ARGV[i])
  local from, to
  if text then from, to = string.find(text, ARGV[i + 1], 1, true) end
  if from then
    redis.call('HSET', KEYS[1], ARGV[i], string.sub(text, 1, from - 1) .. ARGV[i + 2] .. string.sub(text, to + 1))
  end
end
return 1
