"""Which calls a person should hear: spot checks that are fair to every agent, and a listening budget well spent."""
