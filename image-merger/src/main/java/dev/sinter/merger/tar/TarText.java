package dev.sinter.merger.tar;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Text of tar headers without loss: UTF-8, and bytes that are none become U+DC80 … U+DCFF, as Python's {@code
 * surrogateescape} does (PEP 383).
 */
final class TarText {

    private static final int ESCAPE = 0xDC00;

    private TarText() {}

    static String decode(byte[] bytes, int from, int to) {
        boolean ascii = true;
        for (int i = from; i < to && ascii; i++) {
            ascii = bytes[i] >= 0;
        }
        if (ascii) {
            return new String(bytes, from, to - from, StandardCharsets.US_ASCII);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, to - from))
                    .toString();
        } catch (CharacterCodingException e) {
            StringBuilder escaped = new StringBuilder(to - from);
            for (int i = from; i < to; i++) {
                escaped.append((char) (bytes[i] >= 0 ? bytes[i] : ESCAPE + (bytes[i] & 0xFF)));
            }
            return escaped.toString();
        }
    }

    static byte[] encode(String text) {
        boolean escaped = false;
        for (int i = 0; i < text.length() && !escaped; i++) {
            char c = text.charAt(i);
            escaped = c >= ESCAPE + 0x80
                    && c <= ESCAPE + 0xFF
                    && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
        }
        if (!escaped) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        // A name with one bad byte was escaped as a whole, so every char is one byte.
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) text.charAt(i);
        }
        return bytes;
    }
}
