package dev.sinter.control.server;

import dev.sinter.control.store.H2GroupStore;
import java.io.IOException;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What workloads know of their server, and so must be the same after a restart: ports, token, virtual addresses.
 *
 * @param virtualAddresses function → address in 240.240.0.0/16
 */
record Identity(int adsPort, int otlpGrpcPort, int otlpHttpPort, String token, Map<String, String> virtualAddresses) {

    private static final int MAX_FUNCTIONS = 250 * 250;
    private static final int PORT_STEP = 10;
    private static final int PORT_TRIES = 100;

    /** Whether a server with this store has started workloads before. */
    static boolean isKnown(H2GroupStore store) {
        return store.setting("token") != null;
    }

    /** What the store has, completed and stored. */
    static Identity of(H2GroupStore store, Collection<String> functions) {
        int ads = port(store, "adsPort", 15410);
        int otlpGrpc = port(store, "otlpGrpcPort", 15411);
        int otlpHttp = port(store, "otlpHttpPort", 15412);
        String token = setting(store, "token", Identity::newToken);
        return new Identity(ads, otlpGrpc, otlpHttp, token, addresses(store, functions));
    }

    private static Map<String, String> addresses(H2GroupStore store, Collection<String> functions) {
        int next = Integer.parseInt(setting(store, "nextVirtualAddress", () -> "0"));
        Map<String, String> addresses = new LinkedHashMap<>();
        for (String function : functions.stream().sorted().toList()) {
            @Nullable String known = store.setting("virtualAddress/" + function);
            if (known == null) {
                if (next >= MAX_FUNCTIONS) {
                    throw new ServerException(
                            "SNT0823",
                            "virtual addresses: all " + MAX_FUNCTIONS
                                    + " are taken. Maybe 'sinter down' to start afresh");
                }
                known = "240.240." + (next / 250) + "." + (next % 250 + 1);
                store.putSetting("virtualAddress/" + function, known);
                next++;
                store.putSetting("nextVirtualAddress", Integer.toString(next));
            }
            addresses.put(function, known);
        }
        return Map.copyOf(addresses);
    }

    private static int port(H2GroupStore store, String name, int first) {
        return Integer.parseInt(setting(store, name, () -> Integer.toString(freePort(first))));
    }

    private static String setting(H2GroupStore store, String name, Supplier<String> first) {
        @Nullable String known = store.setting(name);
        if (known != null) {
            return known;
        }
        String value = first.get();
        store.putSetting(name, value);
        return value;
    }

    /** Below the ephemeral range, so that no outgoing connection has it when a restarted server wants it back. */
    private static int freePort(int first) {
        for (int port = first; port < first + PORT_STEP * PORT_TRIES; port += PORT_STEP) {
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // Taken: the next one may be free.
            }
        }
        throw new ServerException(
                "SNT0824",
                "ports: " + first + ", " + (first + PORT_STEP) + ", … are all taken (expected: one of " + PORT_TRIES
                        + " free). Maybe other applications run: 'sinter down' them");
    }

    private static String newToken() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
