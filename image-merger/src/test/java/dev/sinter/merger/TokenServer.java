package dev.sinter.merger;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sinter.merger.oci.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Gives bearer tokens to one account (distribution's token authentication), signed with a key made for the test. */
final class TokenServer implements AutoCloseable {

    private static final String PASSWORD = "changeit";

    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final List<String> scopes = new CopyOnWriteArrayList<>();
    private final PrivateKey key;
    private final X509Certificate certificate;
    private final String basic;

    TokenServer(Path directory, String user, String password)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path store = directory.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "RSA",
                        "-alias",
                        "token",
                        "-dname",
                        "CN=sinter test",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD,
                        "-validity",
                        "2")
                .inheritIO()
                .start();
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool failed");
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        key = (PrivateKey) keys.getKey("token", PASSWORD.toCharArray());
        certificate = (X509Certificate) keys.getCertificate("token");
        basic = "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        Files.writeString(
                directory.resolve("token.pem"),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        server.createContext("/token", this::answer);
        server.start();
    }

    /** The section of a registry's configuration that sends clients here. */
    String configuration(Path directory) {
        return """
            auth:
              token:
                realm: http://127.0.0.1:%d/token
                service: sinter-test
                issuer: sinter-test-issuer
                rootcertbundle: %s
            """.formatted(server.getAddress().getPort(), directory.resolve("token.pem"));
    }

    /** All that tokens were asked for. */
    List<String> scopes() {
        return List.copyOf(scopes);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!basic.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            ArrayNode access = Json.object().putArray("access");
            for (String parameter : exchange.getRequestURI().getRawQuery().split("&", -1)) {
                if (parameter.startsWith("scope=")) {
                    String all = URLDecoder.decode(parameter.substring(6), StandardCharsets.UTF_8);
                    for (String scope : all.split(" ", -1)) {
                        grant(scope, access);
                    }
                }
            }
            byte[] body = Json.write(Json.object().put("token", token(access)));
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private void grant(String scope, ArrayNode access) {
        String[] parts = scope.split(":", -1);
        // The registry names actions in any order.
        String[] wanted = parts[2].split(",", -1);
        Arrays.sort(wanted);
        scopes.add(parts[0] + ":" + parts[1] + ":" + String.join(",", wanted));
        ObjectNode granted = access.addObject().put("type", parts[0]).put("name", parts[1]);
        ArrayNode actions = granted.putArray("actions");
        for (String action : wanted) {
            actions.add(action);
        }
    }

    private String token(ArrayNode access) throws GeneralSecurityException {
        ObjectNode header = Json.object().put("typ", "JWT").put("alg", "RS256");
        header.putArray("x5c").add(Base64.getEncoder().encodeToString(certificate.getEncoded()));
        long now = Instant.now().getEpochSecond();
        ObjectNode claims = Json.object()
                .put("iss", "sinter-test-issuer")
                .put("sub", "tester")
                .put("aud", "sinter-test")
                .put("exp", now + 300)
                .put("nbf", now - 10)
                .put("iat", now)
                .put("jti", "1");
        claims.set("access", access);
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        String signed = encoder.encodeToString(Json.write(header)) + "." + encoder.encodeToString(Json.write(claims));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + encoder.encodeToString(signature.sign());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
