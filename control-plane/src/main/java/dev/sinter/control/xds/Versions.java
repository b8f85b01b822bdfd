package dev.sinter.control.xds;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;

/** Versions by content, so that a restarted server offers an Envoy that is up to date nothing new. */
final class Versions {
    private Versions() {}

    /** {@code Any.pack} leaves the order of map entries open; this does not. */
    static Any pack(Message message, String typeUrl) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(message.getSerializedSize());
        CodedOutputStream output = CodedOutputStream.newInstance(bytes);
        output.useDeterministicSerialization();
        try {
            message.writeTo(output);
            output.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Any.newBuilder()
                .setTypeUrl(typeUrl)
                .setValue(ByteString.copyFrom(bytes.toByteArray()))
                .build();
    }

    static String of(Any packed) {
        MessageDigest digest = sha256();
        digest.update(packed.getValue().asReadOnlyByteBuffer());
        return HexFormat.of().formatHex(digest.digest());
    }

    /** @param resources in the order of their names */
    static String of(Collection<NodeResources.Resource> resources) {
        MessageDigest digest = sha256();
        for (NodeResources.Resource resource : resources) {
            digest.update(resource.name().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(HexFormat.of().parseHex(resource.version()));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
