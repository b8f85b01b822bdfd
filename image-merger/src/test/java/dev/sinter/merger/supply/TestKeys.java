package dev.sinter.merger.supply;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;

/** A fresh EC P-256 key pair in PEM. */
public record TestKeys(String privatePem, String publicPem) {

    public static TestKeys fresh() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            KeyPair keys = generator.generateKeyPair();
            return new TestKeys(pem("PRIVATE KEY", keys.getPrivate()), pem("PUBLIC KEY", keys.getPublic()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String kind, Key key) {
        String body = Base64.getMimeEncoder().encodeToString(key.getEncoded());
        return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
    }
}
