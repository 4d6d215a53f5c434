// The frame of all pages, from the server.
export default function Layout({ children }) {
  return (
    <html lang="fr">
      <head>
        <link rel="icon" href="data:," />
      </head>
      <body>{children}</body>
    </html>
  );
}
