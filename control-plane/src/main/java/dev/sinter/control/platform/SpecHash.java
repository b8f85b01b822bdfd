package dev.sinter.control.platform;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Digest of a specification: equal records have equal digests, in every process and whatever their maps' order. */
final class SpecHash {

    private SpecHash() {}

    static String of(Object... parts) {
        StringBuilder text = new StringBuilder();
        for (Object part : parts) {
            write(part, text);
        }
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.toString().getBytes(StandardCharsets.UTF_8)), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Lengths before texts keep two different values from being written alike. */
    private static void write(@Nullable Object value, StringBuilder text) {
        switch (value) {
            case null -> text.append("null;");
            case Record record -> {
                text.append('{');
                for (RecordComponent component : record.getClass().getRecordComponents()) {
                    write(component.getName(), text);
                    write(read(record, component), text);
                }
                text.append('}');
            }
            case Map<?, ?> map -> {
                TreeMap<String, Object> sortedMap = new TreeMap<>();
                map.forEach((key, mapped) -> sortedMap.put(String.valueOf(key), mapped));
                text.append('<');
                sortedMap.forEach((key, mapped) -> {
                    write(key, text);
                    write(mapped, text);
                });
                text.append('>');
            }
            case Collection<?> collection -> {
                text.append('[');
                collection.forEach(element -> write(element, text));
                text.append(']');
            }
            default -> {
                String written = value.toString();
                text.append(written.length()).append(':').append(written).append(';');
            }
        }
    }

    private static @Nullable Object read(Record record, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(component + ": cannot be read (expected: a record of ours)", e);
        }
    }
}
