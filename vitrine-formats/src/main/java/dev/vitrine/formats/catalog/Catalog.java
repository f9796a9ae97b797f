package dev.vitrine.formats.catalog;

import dev.vitrine.graph.VitrineException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The published checkpoints that Vitrine can fetch by name: Meta's and the Hugging Face hub's. */
public final class Catalog {
  private static final String META = "https://dl.fbaipublicfiles.com/dinov2/";
  private static final String HUB = "https://huggingface.co/";
  private static final String APACHE = "Apache-2.0";
  private static final String NVIDIA = "LicenseRef-NVIDIA-Source-Code";

  /** What a letter that shouldn't be there counts, against one that is left out. */
  private static final int WRONG = 4;

  private static final List<CatalogEntry> ALL = List.copyOf(all());

  private Catalog() {}

  /** All entries, family by family. */
  public static List<CatalogEntry> entries() {
    return ALL;
  }

  /**
   * The entry of a name; of a name on the hub, what stands after the slash is enough.
   *
   * @throws VitrineException when there is none, with the nearest name
   */
  public static CatalogEntry find(String name) {
    for (CatalogEntry e : ALL) {
      if (e.name().equals(name) || e.name().endsWith("/" + name)) {
        return e;
      }
    }
    String nearest =
        ALL.stream()
            .map(CatalogEntry::name)
            .min(Comparator.comparingInt((String n) -> distance(name, n)))
            .orElseThrow();
    throw new VitrineException(
        "no model is known as '" + name + "'; did you mean '" + nearest + "'?");
  }

  /** How far a name is from what was asked for; who owns the model need not be said. */
  private static int distance(String asked, String name) {
    return Math.min(edits(asked, name), edits(asked, name.substring(name.indexOf('/') + 1)));
  }

  /** Edits that make one text the other; letters left out are the likeliest mistake. */
  private static int edits(String asked, String name) {
    int[] row = new int[name.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= asked.length(); i++) {
      int diagonal = row[0];
      row[0] += WRONG;
      for (int j = 1; j < row.length; j++) {
        int kept = diagonal + (same(asked.charAt(i - 1), name.charAt(j - 1)) ? 0 : WRONG);
        diagonal = row[j];
        row[j] = Math.min(kept, Math.min(row[j] + WRONG, row[j - 1] + 1));
      }
    }
    return row[name.length()];
  }

  private static boolean same(char a, char b) {
    return Character.toLowerCase(a) == b || (a == '_' && b == '-') || (a == '-' && b == '_');
  }

  private static List<CatalogEntry> all() {
    List<CatalogEntry> out = new ArrayList<>();
    dinov2(out, "s", "small", "ViT-S/14", 88);
    dinov2(out, "b", "base", "ViT-B/14", 346);
    dinov2(out, "l", "large", "ViT-L/14", 1217);
    dinov2(out, "g", "giant", "ViT-g/14", 4546);
    swin(out, "tiny", "patch4-window7-224", "Swin-T", 113);
    swin(out, "small", "patch4-window7-224", "Swin-S", 199);
    for (String data : new String[] {"", "-in22k"}) {
      swin(out, "base", "patch4-window7-224" + data, "Swin-B", 351);
      swin(out, "base", "patch4-window12-384" + data, "Swin-B", 352);
      swin(out, "large", "patch4-window7-224" + data, "Swin-L", 786);
      swin(out, "large", "patch4-window12-384" + data, "Swin-L", 787);
    }
    int[] sizes = {15, 55, 110, 189, 256, 339};
    for (int i = 0; i < sizes.length; i++) {
      String ade = i == 5 ? "640-640" : "512-512";
      segformer(out, "segformer-b" + i + "-finetuned-ade-" + ade, "SegFormer-B" + i, sizes[i]);
      segformer(
          out, "segformer-b" + i + "-finetuned-cityscapes-1024-1024", "SegFormer-B" + i, sizes[i]);
      segformer(out, "mit-b" + i, "MiT-B" + i, sizes[i]);
    }
    return out;
  }

  private static void dinov2(
      List<CatalogEntry> out, String letter, String size, String title, long megabytes) {
    String model = "dinov2_vit" + letter + "14";
    for (String registers : new String[] {"", "_reg4"}) {
      String base = META + model + "/" + model + registers;
      String name = model + registers.replace("4", "");
      String full = registers.isEmpty() ? title : title + " with 4 registers";
      CatalogFile backbone = file(base + "_pretrain.pth");
      out.add(
          new CatalogEntry(
              name,
              "dinov2",
              full,
              APACHE,
              megabytes,
              List.of(backbone),
              model + registers + "_pretrain.pth"));
      for (String layers : new String[] {"", "4"}) {
        String head = "_linear" + layers + "_head.pth";
        out.add(
            new CatalogEntry(
                name + "_lc" + layers,
                "dinov2",
                full + ", linear classifier",
                APACHE,
                megabytes,
                List.of(backbone, file(base + head)),
                model + registers + head));
      }
    }
    for (String kind : new String[] {"dinov2-", "dinov2-with-registers-"}) {
      String full = kind.equals("dinov2-") ? title : title + " with 4 registers";
      out.add(hub("facebook/" + kind + size, "dinov2", full, APACHE, megabytes));
      out.add(
          hub(
              "facebook/" + kind + size + "-imagenet1k-1-layer",
              "dinov2",
              full + ", linear classifier",
              APACHE,
              megabytes));
    }
  }

  private static void swin(
      List<CatalogEntry> out, String size, String rest, String title, long megabytes) {
    out.add(hub("microsoft/swin-" + size + "-" + rest, "swin", title, APACHE, megabytes));
  }

  private static void segformer(List<CatalogEntry> out, String name, String title, long megabytes) {
    out.add(hub("nvidia/" + name, "segformer", title, NVIDIA, megabytes));
  }

  /** A model's folder on the hub; some have their weights in PyTorch's format only. */
  private static CatalogEntry hub(
      String name, String family, String title, String licence, long megabytes) {
    String base = HUB + name + "/resolve/main/";
    return new CatalogEntry(
        name,
        family,
        title,
        licence,
        megabytes,
        List.of(
            file(base + "config.json"),
            file(base + "model.safetensors", base + "pytorch_model.bin"),
            optional(base + "preprocessor_config.json"),
            optional(base + "README.md")),
        "");
  }

  private static CatalogFile file(String... urls) {
    return new CatalogFile(uris(urls), false, "");
  }

  private static CatalogFile optional(String url) {
    return new CatalogFile(uris(url), true, "");
  }

  private static List<URI> uris(String... urls) {
    return List.of(urls).stream().map(URI::create).toList();
  }
}
