# TTS_COMMAND of the fake Asterisk: a WAV of 8 kHz whose samples are the bytes of the text, so that it can be read there. The last byte is a blank, or lost.
printf 'RIFF\377\377\377\377WAVEfmt \020\000\000\000\001\000\001\000\100\037\000\000\200\076\000\000\002\000\020\000data\377\377\377\377'
cat
printf ' '
