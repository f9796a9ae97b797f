import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Brings the classes of a folder's jars to a form that the JDK's ahead-of-time cache takes: it
 * leaves out what was compiled for Java 5, which picocli is. Only the version and what the verifier
 * reads change.
 */
void main(String... args) throws IOException {
  try (var jars = Files.newDirectoryStream(Path.of(args[0]), "*.jar")) {
    for (Path jar : jars) {
      modernise(jar);
    }
  }
}

static final int JAVA_6 = 50;
static final int JAVA_17 = 61;

void modernise(Path jar) throws IOException {
  boolean changed = false;
  Path out = jar.resolveSibling(jar.getFileName() + ".part");
  try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()});
      var from = new ZipInputStream(Files.newInputStream(jar));
      var to = new ZipOutputStream(Files.newOutputStream(out))) {
    ClassFile classes =
        ClassFile.of(
            StackMapsOption.GENERATE_STACK_MAPS,
            ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(loader)
                    .orElse(ClassHierarchyResolver.defaultResolver())));
    for (ZipEntry entry = from.getNextEntry(); entry != null; entry = from.getNextEntry()) {
      byte[] bytes = from.readAllBytes();
      if (entry.getName().endsWith(".class")) {
        ClassModel model = classes.parse(bytes);
        if (model.majorVersion() < JAVA_6) {
          bytes = classes.transformClass(model, newer());
          changed = true;
        }
      }
      to.putNextEntry(new ZipEntry(entry.getName()));
      to.write(bytes);
      to.closeEntry();
    }
  }
  if (changed) {
    Files.move(out, jar, StandardCopyOption.REPLACE_EXISTING);
  } else {
    Files.delete(out);
  }
}

ClassTransform newer() {
  return ClassTransform.transformingMethods(MethodTransform.transformingCode(CodeTransform.ACCEPT_ALL))
      .andThen(
          (builder, element) -> {
            if (element instanceof ClassFileVersion) {
              builder.withVersion(JAVA_17, 0);
            } else {
              builder.with(element);
            }
          });
}
